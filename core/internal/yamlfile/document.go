package yamlfile

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// ErrSecond says that a file holds settings behind the end of its document. A YAML decoder reads the first document and
// leaves the others, so that what stands there would not hold.
var ErrSecond = errors.New("a second document: the file must be one")

// maxTokens bounds what is parsed: the largest profile has some 4,000. The library takes a time that grows with their
// square, and a stack that grows with their depth.
const maxTokens = 20_000

// sole returns the tokens of the only document that has content.
func sole(name string, all token.Tokens) (document token.Tokens, err error) {
	if len(all) > maxTokens {
		return nil, fmt.Errorf("%s: more than %d words and signs", name, maxTokens)
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
			err = errors.New("a line that begins with % is not understood: remove it")
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
