package main

import (
	"runtime/debug"
	"testing"
)

// A FIPS build says so while its module is in use; GODEBUG turns no other build into one.
func TestFIPSVersion(t *testing.T) {
	for _, tt := range []struct {
		built   string
		enabled bool
		want    string
	}{
		{"", false, "0.0.0"}, {"", true, "0.0.0"}, {"off", true, "0.0.0"}, {"latest", true, "0.0.0"},
		{"v1.0.0-c2097c7c", true, "0.0.0 (FIPS 140-3, with Go's cryptographic module v1.0.0-c2097c7c)"},
		{"v1.0.0-c2097c7c", false,
			"0.0.0 (not FIPS 140-3: GODEBUG switches Go's cryptographic module v1.0.0-c2097c7c off)"},
	} {
		built := &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "GOOS", Value: "linux"}}}
		if tt.built != "" {
			built.Settings = append(built.Settings, debug.BuildSetting{Key: "GOFIPS140", Value: tt.built})
		}
		if got := (shownVersion{"0.0.0", fipsOf(built, tt.enabled)}).String(); got != tt.want {
			t.Errorf("%+v: got %s", tt, got)
		}
	}
	if fipsOf(nil, true) != nil {
		t.Error("nothing known of the build: got FIPS")
	}
}
