package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/result"
)

// tested is an accepted result of the conformance suite.
type tested struct {
	path string
	result.Result
}

// readResults reads the results that the packager requires, and refuses each that does not say that
// a product conforms. It does not know yet which product is packaged.
func (f productParts) readResults() (all []tested, err error) {
	if len(f.Results) == 0 && f.ResultKey != "" {
		return nil, usage.WithHint(errors.New("a key for results is given without a result"),
			"give result.json of the conformance suite as RESULT= of make or --result of this program")
	}
	for _, path := range f.Results {
		r, err := f.readResult(path)
		if err != nil {
			return nil, fmt.Errorf("result %s: %w", path, err)
		}
		all = append(all, r)
	}
	return all, nil
}

const resultHint = "run the conformance suite on the folder that is packaged, with -out, and give its result.json as " +
	"RESULT= of make or --result of this program"

func (f productParts) readResult(path string) (tested, error) {
	text, err := readBounded(path)
	if err != nil {
		return tested{}, usage.WithHint(err, resultHint)
	}
	if err := f.verifyResult(path, text); err != nil {
		return tested{}, err
	}
	r, err := result.Decode(text)
	if err != nil {
		return tested{}, usage.WithHint(err, "give the file exactly as this version of the suite wrote it; if it "+
			"is lost, run the suite again")
	}
	return tested{path, r}, f.conforms(r)
}

// readBounded reads a plain file, but no more than a result may have.
func readBounded(path string) ([]byte, error) {
	if path == "" {
		return nil, errors.New("the name of the file is empty")
	}
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, usage.Cause(err)
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.New("it is not a plain file")
	}
	text, err := io.ReadAll(io.LimitReader(file, result.MaxFile+1))
	if err == nil && len(text) > result.MaxFile {
		err = fmt.Errorf("it is larger than %d MiB", result.MaxFile>>20)
	}
	return text, err
}

// verifyResult verifies the signature, if a key is given.
func (f productParts) verifyResult(path string, text []byte) error {
	if f.ResultKey == "" {
		return nil
	}
	public, err := os.ReadFile(f.ResultKey)
	if err != nil {
		return usage.WithHint(err, "give the public key as RESULT_KEY= of make or --result-key of this program")
	}
	key, err := product.ParseVendorKey(string(public))
	if err != nil {
		return usage.WithHint(fmt.Errorf("%s is %w", f.ResultKey, err),
			"give the file with the public key that `minisign -G` wrote as -p")
	}
	signature, err := readBounded(path + result.SignatureSuffix)
	if err != nil {
		name := filepath.Base(path) + result.SignatureSuffix
		return usage.WithHint(fmt.Errorf("it is not signed: %s: %w", name, err),
			"sign it when the suite runs, with -key, and keep both files in one folder")
	}
	if _, err = product.SignerOf(text, signature, []product.VendorKey{key}); err != nil {
		return usage.WithHint(
			fmt.Errorf("its signature is not valid for this key: it was changed afterwards, or %w", err),
			"give the result and its signature as the suite wrote them, and the public key of the key that signed")
	}
	return nil
}

// conforms returns an error if the result is less than an unrestricted run in which the product
// conforms.
func (f productParts) conforms(r result.Result) error {
	switch {
	case len(r.Reduced) > 0 || r.Partial:
		return usage.WithHint(fmt.Errorf("less was tested: %q", r.Reduced),
			"run the suite without these options, and with all sources of the product configured")
	case r.Verdict != result.Conformant:
		return usage.WithHint(fmt.Errorf("its verdict is %q%s", r.Verdict, failures(r)),
			"only a conformant product is packaged: see report.html in the same folder")
	}
	for _, d := range r.Checks {
		if d.Waived() && f.ResultKey == "" {
			return usage.WithHint(fmt.Errorf("%s fails, and only a waiver accepts that", d.ID),
				"a waiver counts in a signed result, whose key is given as RESULT_KEY= of make or --result-key of "+
					"this program")
		}
	}
	return nil
}

// failures lists the checks that decided the verdict.
func failures(r result.Result) string {
	var ids []string
	for _, d := range r.Checks {
		if d.Outcome == result.Error || d.Outcome == result.Fail && d.Level == result.Required && !d.Waived() {
			ids = append(ids, d.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return ": " + strings.Join(ids[:min(len(ids), 5)], ", ")
}

// possible checks before the build that one of the results is about this architecture, and about
// the profile in the folder, if it is there already.
func possible(all []tested, folder, arch string) error {
	fitting, err := of(all, arch)
	if err != nil || len(fitting) == 0 || firstPresent(folder, profile.FileName) == "" {
		return err
	}
	sums, err := product.Checksums(folder)
	if err != nil {
		return err
	}
	for _, r := range fitting {
		if r.Product.Files[profile.FileName] == sums[profile.FileName] {
			return nil
		}
		err = errors.Join(err, r.differs([]string{profile.FileName}))
	}
	return err
}

// of returns the results about an architecture. A result is about the program that was run: it says
// nothing about the program of another architecture.
func of(all []tested, arch string) ([]tested, error) {
	fitting := slices.DeleteFunc(slices.Clone(all), func(r tested) bool { return r.Arch != arch })
	if len(all) == 0 || len(fitting) > 0 {
		return fitting, nil
	}
	return nil, usage.WithHint(fmt.Errorf("no result is about the plugin for %s: result %s is for %q", arch,
		all[0].path, all[0].Arch), "run the suite on a machine of that architecture too and give both results, as "+
		"RESULT=a.json,b.json of make, or package one architecture only, as ARCHS=amd64")
}

func (r tested) differs(names []string) error {
	return usage.WithHint(fmt.Errorf("result %s: it is about other bytes, of product %q, profile %d: "+
		"these files differ: %q", r.path, r.Product.ID, r.Product.Profile, names[:min(len(names), 5)]),
		"package the folder that was tested, or run the suite on this one and give that result")
}

// accept requires that one of the results is about the staged files, to the byte.
func accept(all []tested, staged string, o order) error {
	fitting, err := of(all, o.Arch)
	if err != nil || len(fitting) == 0 {
		return err
	}
	date, err := o.date()
	if err != nil {
		return err
	}
	sums, err := product.Checksums(staged)
	if err != nil {
		return err
	}
	for _, r := range fitting {
		names := differences(r.Product.Files, sums)
		if len(names) == 0 {
			return r.inForce(date)
		}
		err = errors.Join(err, r.differs(names))
	}
	return err
}

// differences returns the names of the installed files that the tested folder did not have, or had
// otherwise, and of those that it had in addition.
func differences(was, is map[string]string) (names []string) {
	own := slices.Concat(leftOut, []string{product.ChecksumName}) // made from the others, or not installed
	for name := range maps.Keys(was) {
		if is[name] == "" && !slices.Contains(own, name) {
			names = append(names, name)
		}
	}
	for name, sum := range is {
		if was[name] != sum && !slices.Contains(own, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// inForce refuses a result whose waivers had expired at the package's date, and prints the accepted
// one.
func (r tested) inForce(date time.Time) error {
	for _, d := range r.Checks {
		if !d.Waived() {
			continue
		}
		last, err := time.Parse(time.DateOnly, d.Waiver.Expires)
		if err != nil || !date.Before(last.AddDate(0, 0, 1)) {
			return usage.WithHint(
				fmt.Errorf("result %s: the waiver of %s is not valid at the package's date", r.path, d.ID),
				"mend the failure, or test again with a longer waiver")
		}
		fmt.Fprintf(os.Stderr, "%s: %s fails, waived until %s\n", r.path, d.ID, last.Format(time.DateOnly))
	}
	fmt.Fprintf(os.Stderr, "%s: %s, suite %s, seed %d\n", r.path, r.Verdict, r.Suite, r.Seed)
	return nil
}
