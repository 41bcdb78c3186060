package platformapi

// An answer is a tree of objects, lists ([]any) and leaves. The type of a leaf says how sensitive
// it is, so that the strings that must never leave the appliance are listed from the data that is
// served.
type object = map[string]any

type (
	// identifying is a string that identifies the customer, or a name that the customer chose.
	identifying string
	// credential is a canary in a place that must not be read: passwords, realms, scripts,
	// passcodes.
	credential string
	// softwareVersion is replaced by the version of the simulated release.
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

// freeText lists members with free text, or with the name of a person to call.
var freeText = map[string]bool{"description": true, "operatorUri": true}

// canaries collects the strings below a member that no plugin may read.
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
		if freeText[member] {
			found[string(branch)] = true
		}
	}
}
