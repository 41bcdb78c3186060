package product

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/usage"
)

// Bounds of a logo.
const (
	maxLogo   = 100_000 // bytes
	mostWidth = 2048    // pixels of a PNG, in both directions
	mostDepth = 64      // of an SVG's elements
)

// Logo is a product's logo. The zero value means that the product has none that can be shown.
type Logo struct {
	Type  string // PNG or SVG, by its content
	Image []byte
}

// The types of logos.
const (
	PNG = "image/png"
	SVG = "image/svg+xml"
)

// Logo returns the logo in the product's folder, or the zero [Logo] if the profile names none. A bad
// logo does not keep the product from running, so [Installed.Owner] does not verify its owner.
func (p Installed) Logo() (Logo, error) {
	name := p.Profile.Logo
	if name == "" {
		return Logo{}, nil
	}
	logo, err := ReadLogo(p.Dir, name)
	if err == nil {
		err = verify(name, filepath.Join(p.Dir, name), 0)
	}
	if err != nil {
		return Logo{}, err
	}
	return logo, nil
}

// ReadLogo reads a logo and accepts only a PNG or SVG of moderate size.
func ReadLogo(dir, name string) (Logo, error) {
	logo, err := readLogo(filepath.Join(dir, name))
	if err == nil {
		return logo, nil
	}
	hint := fmt.Sprintf("`logo` in profile.yaml must name an SVG, or a PNG of at most %d by %[1]d pixels, in the "+
		"product's folder; it has at most %d bytes", mostWidth, maxLogo)
	return Logo{}, usage.WithHint(fmt.Errorf("read the logo %s: %w", name, usage.Cause(err)), hint)
}

func readLogo(path string) (Logo, error) {
	image, err := regular.Read(path, maxLogo)
	if err != nil {
		return Logo{}, err
	}
	return parseLogo(image)
}

func parseLogo(image []byte) (Logo, error) {
	logo, check := Logo{SVG, image}, checkSVG
	if bytes.HasPrefix(image, []byte(pngBegin)) {
		logo.Type, check = PNG, checkPNG
	}
	if err := check(image); err != nil {
		return Logo{}, err
	}
	return logo, nil
}

// pngBegin is the signature of a PNG and the head of its first chunk, which holds width and height.
const pngBegin = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"

func checkPNG(image []byte) error {
	size := image[len(pngBegin):]
	if len(size) < 8 {
		return errors.New("the PNG is not complete")
	}
	for _, n := range []uint32{binary.BigEndian.Uint32(size), binary.BigEndian.Uint32(size[4:])} {
		if n == 0 || n > mostWidth {
			return fmt.Errorf("the PNG has more than %d pixels in a direction, or none", mostWidth)
		}
	}
	return nil
}

// checkSVG accepts one well-formed element svg. A document type could define entities that make a
// small file a large one.
func checkSVG(image []byte) error {
	in := xml.NewDecoder(bytes.NewReader(image))
	depth, roots := 0, 0
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) && roots == 1 {
			return nil
		}
		if err != nil {
			return errors.New("it is neither a PNG nor a well-formed SVG")
		}
		switch is := token.(type) {
		case xml.Directive:
			return errors.New("the SVG has a document type")
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			if depth++; depth > mostDepth || depth == 1 && (roots > 1 || !isSVG(is.Name)) {
				return errors.New("it is neither a PNG nor an SVG")
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && strings.TrimSpace(string(is)) != "" && string(is) != "\ufeff" {
				return errors.New("it is neither a PNG nor an SVG")
			}
		}
	}
}

func isSVG(name xml.Name) bool {
	return name.Local == "svg" && name.Space == "http://www.w3.org/2000/svg"
}
