package broken

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// inItsSize have a profile that allows more than fits into a document.
func inItsSize() []own {
	return []own{
		breaks("unbounded", "has a profile that allows more than fits into a document", "size.bounded", (&server{}).serve),
		breaks("heavy", "sends more than fits into a document", "size.document", weighing(false)),
		breaks("heaviest", "sends more than fits into a document where the product is the largest", "size.largest",
			weighing(true)),
	}
}

// weighing is a plugin that sends too much on the largest product, or on the other.
func weighing(onLargest bool) life {
	return doing(func(o *opened, all []*pluginpb.Category) {
		_, err := os.Stat(filepath.Join(o.root, "data", "largest"))
		if onLargest == (err == nil) {
			put(all, "license_information", "features", list(long(256)...))
		}
	})
}

// wide tells whether the plugin's profile has lists that are longer than those of the others.
func wide(name string) bool {
	return slices.Contains([]string{"unbounded", "heavy", "heaviest"}, name)
}

func long(n int) (values []*pluginpb.Value) {
	for i := range n {
		values = append(values, text(fmt.Sprintf("FEATURE-%03d-%s", i, strings.Repeat("X", 50))))
	}
	return values
}
