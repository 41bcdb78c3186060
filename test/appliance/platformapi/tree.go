package platformapi

// An answer is a tree of objects, lists ([]any) and leaves. The type of a leaf says what it gives away, so that
// what must never leave the appliance can be listed from the same data that is served.
type object = map[string]any

type (
	// identifying tells who the customer is or what the customer calls something.
	identifying string
	// credential is a canary in a place that nobody may read: passwords, realms, scripts, passcodes.
	credential string
	// softwareVersion is answered as the version of the release that is played.
	softwareVersion string
)

// transform copies a tree with members renamed and leaves replaced.
func transform(tree any, rename func(string) string, replace func(any) any) any {
	switch branch := tree.(type) {
	case object:
		copied := make(object, len(branch))
		for name, value := range branch {
			copied[rename(name)] = transform(value, rename, replace)
		}
		return copied
	case []any:
		copied := make([]any, len(branch))
		for i, value := range branch {
			copied[i] = transform(value, rename, replace)
		}
		return copied
	default:
		return replace(tree)
	}
}

// visit calls see with every leaf of a tree.
func visit(tree any, see func(leaf any)) {
	transform(tree, keepName, func(leaf any) any {
		see(leaf)
		return leaf
	})
}

func keepName(name string) string { return name }

func keepLeaf(leaf any) any { return leaf }

// list makes n items from their numbers.
func list(n int, item func(i int) object) []any {
	items := make([]any, n)
	for i := range items {
		items[i] = item(i)
	}
	return items
}

// written are members in which somebody writes about something, or names who is to be called.
var written = map[string]bool{"description": true, "operatorUri": true}

// canaries notes what no plugin may read below a member.
func canaries(found map[string]bool, member string, tree any) {
	switch branch := tree.(type) {
	case object:
		for name, value := range branch {
			canaries(found, name, value)
		}
	case []any:
		for _, value := range branch {
			canaries(found, member, value)
		}
	case credential:
		found[string(branch)] = true
	case identifying:
		if written[member] {
			found[string(branch)] = true
		}
	}
}
