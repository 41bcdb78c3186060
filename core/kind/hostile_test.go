package kind

import "testing"

// P6: an address is still one with letters, zeros or other separators in it.
func TestP6AddressesInOtherNotations(t *testing.T) {
	checkAll(t, Version, false, Terms{},
		"V10.83.201.44", "r10.83.201.44", "fw10.83.201.44", "a10.83.201.44", "10.83.201.44a", "10.83.201.44p5060",
		"10.83.201.0044",
		"1.0-10-83-201-44", "1.0_10_83_201_44", "1.0 10 83 201 44", "1.0/10/83/201/44", "1.1.1.1-5060",
		"9.9.9.9-1", "1.2.3.4.5",
		"00e0.db.7c.41.9e", "2001.db8.85a3.8a2e", "2001.db8.85a3.0.0.8a2e.370.7334")
	for _, k := range []Kind{Serial, License} {
		checkAll(t, k, false, Terms{},
			"ip-10-83-201-44", "v10-83-201-44", "1-10-83-201-44", "10/83/201/44", "10#83#201#44",
			"2001-db8-85a3-0-0-8a2e-370-7334", "2001_db8_85a3_0_0_8a2e_370_7334", "fe80-21b-21ff-fe7a-88c1",
			"02e0-dbff-fe7c-419e",
			"02e0 dbff fe7c 419e", "00/e0/db/7c/41/9e", "00#e0#db#7c#41#9e", "00(e0)db(7c)41(9e)", "00-e0-db.7c-41-9e",
			"00-e0-db 7c-41-9e",
			"00e0/db7c/419e", "00e0db/7c419e", "00e0db#7c419e")
	}
}

// P6: a short name is refused unless it directly follows a number.
func TestP6ShortNames(t *testing.T) {
	checkAll(t, Version, false, Terms{},
		"1.0-Ann", "1.0 Ann", "1.0.Ann", "1.0_Ann", "1.0 (Ann)", "1.0-Jo Ed", "1.0-bob_ann", "1.0~bob", "1.0/bob/ann",
		"1.0.nw", "10.83.201.nw")
	checkAll(t, Version, true, Terms{}, "12.2(33r)XNB", "4.0b2", "7.9.2 LNT", "1.0-JC",
		"20220825.064945_builder_junos_211_x3", "5.10.0-28-aarch64")
}

// P6: telephone numbers in national forms are refused.
func TestP6PhoneNumbers(t *testing.T) {
	checkAll(t, Version, false, Terms{}, "1.202.555.0117", "44.20.7946.0018", "03.1234.5678", "138.0013.8000",
		"02.9876.5432", "555.0117")
	checkAll(t, Serial, false, Terms{}, "1-202-555-0117", "1 202 555 0117", "49 (0)561 98765432", "49(0)561-98765",
		"06-12345678", "(02) 9876 5432")
}

// P4, S3: a word with hardly a digit is a name or a filler.
func TestWordsAreNotSerialNumbers(t *testing.T) {
	checkAll(t, Serial, false, Terms{},
		"AnnaWeber2", "Anna Weber2", "Anna2 Weber", "Anna-Weber-2", "Anna_Weber 2", "Anna/Weber/2", "weber-anna2",
		"aweber2",
		"C/Users/aweber2", "lic01/nordwerk",
		"NORDWERK/aweber2", "Room 12", "Kassel 12", "Ward 7B", "Hauptstr 12", "SN-ldap1", "kassel-dma01",
		"Unspecified1",
		"Undefined1",
		"Unassigned1", "Blank1", "null0", "Test1", "Dummy1", "Reserved 0", "Not defined 1", "Serial No 1", "Error 0",
		"Type1ProductSerial")
}

// ANON-2: the rules above keep serial numbers of real forms.
func TestMoreSerialNumbersAreKept(t *testing.T) {
	checkAll(t, Serial, true, Terms{},
		"0000-0003-4567-8901-2345-6789-01", ".7XK4PQ2.CN7082143K00FP.", ".C6TLB02.CNIVC0079F0456.",
		"Parallels-1C 0D 5E 77 A1 90 3B 42 C4 2F 61 18 09 EE 5A 73",
		"VMware-42 1c 0d 5e 77 a1 90 3b c4 2f 61 18 09 ee 5a 73",
		"EXAMPLE-SN-0001", "8l200353429afc", "qfsn-0123456789", "Dell-7XK4PQ2", "VirtualMachine-0815")
}

// P1: a sentence about a license is refused even without punctuation; an abbreviation and known
// words are kept.
func TestP1Sentences(t *testing.T) {
	known := words("calls", "video", "base", "ports")
	checkAll(t, License, false, known, "user Weber", "expired for Nordwerk", "registered to Nordwerk", "WEBER Anna",
		"failed to connect to kassel-mcu01", "Gold Plus")
	checkAll(t, License, true, known, "RPRM Base 500", "SVC Video Calls", "HD video ports 50", "CALLS_1000",
		"0123-45678-901")
	checkAll(t, Serial, true, Terms{}, "0804-12345-678", "04-12345-67", "001-123-4567")
}
