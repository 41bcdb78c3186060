package main

import (
	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/commandline"
)

// groups are the headings under which help and manual list the commands.
var groups = []*cobra.Group{
	{ID: "decide", Title: "Decide:"}, {ID: "look", Title: "Inspect:"}, {ID: "run", Title: "Run:"},
	{ID: "package", Title: "For installers and packagers:"},
}

// guides give the heading and the examples of each command.
var guides = map[string]struct {
	group    string
	examples []example // a test runs all of them
}{
	"consent": {"decide", []example{
		{"Show the decision and its author.", "usagedata consent"},
		{"Allow sending, after a look at `usagedata preview`.",
			`usagedata consent allow --yes --by "an administrator"`},
		{"Stop sending.", "usagedata consent deny"},
	}},
	"lab": {"decide", []example{
		{"Show whether this is a test system.", "usagedata lab"},
		{"Mark it as one, so that its documents count for no statistics.", `usagedata lab on --by "an administrator"`},
	}},
	"identity": {"decide", []example{
		{"Show when the identity was made.", "usagedata identity"},
		{"Renew it, so that later documents cannot be linked to earlier ones.", "usagedata identity renew --yes"},
	}},
	"web": {"decide", []example{
		{"Show the page in a browser on this appliance.", "usagedata web"},
		{"Use the port to which an SSH tunnel leads.", "usagedata web --listen 127.0.0.1:9000"},
	}},
	"dictionary": {"look", []example{{"Write the list of fields, with purpose and treatment, to a file.",
		"usagedata dictionary > dictionary.md"},
		{"List what changed since an earlier profile.", "usagedata dictionary --since acme-1.0"},
		{"Verify the page and the version in a plugin's repository before a release.",
			"usagedata dictionary --check --profile acme --since acme-1.0"}}},
	"schema": {"look", []example{{"Write it to a file, for a program that reads documents.",
		"usagedata schema > schema.json"}}},
	"preview": {"look", []example{
		{"Show the document that would be sent now.", "usagedata preview"},
		{"Include the fields that a newer profile adds and that are not accepted yet.",
			"usagedata preview --accepting"},
	}},
	"sent": {"look", []example{
		{"List the documents that were sent.", "usagedata sent"},
		{"Print the document of an hour, exactly as it was sent.", "usagedata sent '2026-03-01 14:00'"},
		{"List what changed in the last hour.", "usagedata sent --compare last"},
	}},
	"status": {"look", []example{
		{"Show whether data is sent, and when next.", "usagedata status"},
		{"The same as JSON.", "usagedata status --json"},
	}},
	"check": {"look", []example{
		{"Find a part that does not work.", "usagedata check"},
		{"The same as JSON.", "usagedata check --json"},
	}},
	"unsent": {"look", []example{
		{"List the documents that wait or were rejected, with the reasons.", "usagedata unsent"},
		{"The same as JSON.", "usagedata unsent --json"},
	}},
	"logs": {"look", []example{{"Write the log archive, for example for support.",
		"usagedata logs usagedata.zip"}}},
	"run": {"run", []example{
		{"Run the service, as its systemd unit does.", "usagedata run"},
		{"Run one clock hour, as a timer does.", "usagedata run --once"},
	}},
	"send": {"run", []example{
		{"Send now instead of in the next hour.", "usagedata send"},
		{"Print the outcome as JSON.", "usagedata send --json"},
	}},
	"export": {"run", []example{
		{"Write the waiting documents to a file, to carry them.", "usagedata export usagedata.gz"},
		{"Print the documents in the file.", "usagedata export --show usagedata.gz"},
		{"Take the receipt of the collection point.", "usagedata export --receipt receipt.json"},
	}},
	"api": {"run", []example{{"Serve the product's own page if the service is not resident.", "usagedata api"}}},
	"plugin": {"run", []example{
		{"Show how the plugin's starts ended.", "usagedata plugin"},
		{"Let a plugin that is set aside run again, after its problem is fixed.", "usagedata plugin retry"},
	}},
	"eula": {"package", []example{
		{"Show the accepted version.", "usagedata eula"},
		{"Record the acceptance, with the customer's choice.",
			`usagedata eula accept --version 2.1 --allow --by "an installer"`},
	}},
	"products": {"package", []example{{"List the installed products and the selected one.", "usagedata products"}}},
	"timer":    {"package", []example{{"Write the timer's drop-in.", "usagedata timer > slot.conf"}}},
	"version":  {"package", []example{{"Print JSON, for a program.", "usagedata version --json"}}},
}

// guide puts each command under its heading, with its examples, and wraps what its help says.
func guide(root *cobra.Command) {
	root.AddGroup(groups...)
	root.SetHelpCommandGroupID("look")
	for _, c := range commandline.Shown(root) {
		c.GroupID = guides[c.Name()].group
	}
	commandline.Guide(root, func(command string) []example { return guides[command].examples })
}

type example = commandline.Example

func wrapped(text, indent string) string { return commandline.Wrapped(text, indent) }
