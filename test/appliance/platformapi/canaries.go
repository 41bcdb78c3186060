package platformapi

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
