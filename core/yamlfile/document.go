package yamlfile

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// ErrSecond means that a file has settings after the end of its first document. A YAML decoder
// ignores later documents, so those settings would have no effect.
var ErrSecond = errors.New("settings after a line --- or ... are not read")

// maxTokens bounds the tokens that are parsed; the largest profile has some 4,000. The library
// takes time proportional to their square, and stack proportional to their depth.
const maxTokens = 20_000

// onlyDocument returns the tokens of the only document with content.
func onlyDocument(name string, all token.Tokens) (document token.Tokens, err error) {
	if len(all) > maxTokens {
		return nil, fmt.Errorf("%s: the file has more than %d words and signs", name, maxTokens)
	}
	ended := false
	for _, t := range all {
		switch t.Type {
		case token.DocumentHeaderType, token.DocumentEndType:
			ended = len(document) > 0
			continue
		case token.CommentType:
			continue
		case token.DirectiveType:
			err = errors.New("% cannot begin a line or a value: put a text in quotes")
		}
		if ended {
			err = ErrSecond
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, t.Position.Line, err)
		}
		document = append(document, t)
	}
	return document, nil
}
