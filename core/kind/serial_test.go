package kind

import "testing"

// S3: the text that firmware reports if no serial number was set is a [Filler], and is not kept.
func TestS3Fillers(t *testing.T) {
	for _, text := range []string{
		"ToBeFilledByO.E.M.", "O.E.M.", "Empty", "INVALID", "SystemSerialNumb", "11111111111111", "FFFFFFFF", "Unknow",
		"To Be Filled By O.E.M.", "To be filled by O.E.M.", "To be filled by O.E.M. 1", "To Be Filled By OEM",
		"Fill by OEM", "OEM",
		"Default string", "Default String", "Default string1", "System Serial Number", "System Serial Numb0",
		"SystemSerialNumber0",
		"Chassis Serial Number", "Base Board Serial Number", "Serial Number 1", "Type2 - Board Serial Number",
		"Asset Tag 0", "AssetTag1",
		"0123456789", "1234567890", "123456789", "12345678", "01234567", "0123456789ABCDEF", "1234567890ABCDEF",
		"1234567890123",
		"None", "NONE", "none0", "N/A", "n/a 1", "Not Available", "Not Applicable", "Not Specified", "NotSpecified1",
		"Not Set", "Not Provided",
		"Unspecified", "Undefined", "Unassigned", "Unknown", "Unknown0", "UNKNOWN 1", "Invalid0", "empty1", "Null",
		"Blank", "TBD",
		"xxxxxxxxxxx", "XXXXXXXX", "xxxx-xxxx", "00000000", "0000-0000-0000", "0", "0x00000000", "99999",
		"8888-8888-8888-8888",
		"ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000",
		"............", "", " ", "-------", "*****", "$(DEFAULT_STRING)", "%SERIAL%", "<serial>", "[none]", "(null)",
		"1", "12", "A1",
		// patterns
		"1212121212", "123123123", "12341234", "1234512345", "A5A5A5A5", "0xFFFFFFFF", "0x12345678", "9876543210",
		"0987654321",
		"87654321", "FEDCBA9876543210", "XXXX1234", "xxxx0000", "AAAA0000", "FFFFFFFF00000000",
		"00000000FFFFFFFF",
		"12-34-12-34-12-34", "010101010101",
		// the field's name, or a word for no value, with a meaningless number
		"SN0123456789", "S/N 123456789", "SN 00000000", "Serial:1234567890", "SERIAL NO. 1234567", "MB-1234567890",
		"TEST1234",
		"DUMMY 0000", "SYSTEM SERIAL 123456", "SYSTEMSERIALNU 01", "CHASSIS NUMBER 12", "BASE BOARD SN 0000",
		"MOTHERBOARD 1234",
		"NOT PROVIDED 00", "UNSPECIFIED 0001", "N/A 0000", "NULL0000", "TBD0000", "RESERVED 01", "UNASSIGNED-7",
		"BAD INDEX 0",
		// typed by a person
		"SYS-1234567890", "SSN12345678901234567", "03000200-0400-0500-0006-000700080009",
		"12345678-1234-5678-90ab-cddeefaabbcc", "00000000-0000-0000-0000-AC1F6B123456", "000000000001", "0000000001",
		"112233445566", "1111222233334444", "11223344", "AAAABBBBCCCC", "1111-2222-3333", "7654321", "54321", "43210",
		"ABC12345678", "XYZ-0123456789", "Example123", "Sample-001", "OEM0001", "SN-0001", "S/N 007", "qwerty123",
		"deadbeef0001", "XXXXXXXXXX1",
		"PLEASE CHANGE THIS 1", "ENTER SN HERE 0", "uuid 00000000-0000-0000-0000-000000000000", "ID 1234567890",
		"TO BE FILL 01",
		"NOT AVAILA 00", "BOARD 1 SN 7", "CHASSIS SERI 47", "SN 0123456789ABCDEF",
	} {
		if !Filler(text) {
			t.Errorf("%q: got no filler", text)
		}
		if kept(t, Serial, text, Terms{}) {
			t.Errorf("%q: got it kept", text)
		}
	}
}

// ANON-2: serial numbers of real forms are kept. The digits are invented.
func TestSerialNumbersAreKept(t *testing.T) {
	for _, text := range []string{
		// VMware
		"VMware-42 1c 0d 5e 77 a1 90 3b-c4 2f 61 18 09 ee 5a 73",
		"VMware-56 4d ab 12 9f 80 cd ee-01 34 12 78 9a bc de f0",
		"8L200353429AFC", "8L200150A267FD", "8K31774250D1EA", // Polycom
		// Dell
		"7XK4PQ2", "4D3BTW1", "BBBBBB1", "..CN7082143K00FP.", "/7XK4PQ2/CN7082143K00FP/",
		"CN-0H47HH-70821-43K-00FP-A00",
		"3725-6987-1234-5678-9012-3456-78",                                             // Hyper-V
		"ec2a1b2c-3d4e-5f60-7182-93a4b5c6d7e8", "EC2A1B2C-3D4E-5F60-7182-93A4B5C6D7E8", // AWS
		"4c4c4544-0058-4b10-8034-b7c04f505132", "9c8e1f3a-3f5d-4e0b-9d0f-8a6f1f2f3a4b", // KVM, OpenStack
		"GoogleCloud-8F2B6C1D9E3A4F5061728394A5B6C7D8", // Google
		"FCH1712V0KZ", "WZP22430H2R", "FOC1532V0C9", "FDO23490570", // Cisco
		"J3019KTX", "PF0ABC12", "S4ABCD12", "06DB1A2", // Lenovo
		"CZJ1234ABC", "MXQ12345AB", "2M281902J5", "5CD1234ABC", // HPE
		"A12345678901234", "S14583324B05012", "VM15CS012345", "E123456X1234567", // Supermicro
		"F2050170000-2", "9412046120(A)", "PI#700300009", "123456789123AB12AB (HWTC-12AB12AB)", "JN1234567AFC/1",
		"750-028467 REV 02",
		"0000000A12", "11111112", "1111112", "12345679", "1234567891", "121213", "SN48201937", "SN00000012",
		"S/N 7XK4PQ2",
		"SERIAL 48201937", "TAG5521", "NO-004711", "ID4711X", "MB2KX0012", "TEST4821", "0x7f3a9c21", "ABC0001",
		"XXXX0815",
		"ABCDE1", "ABCD1234", "98765", "7777778", "100000000", "20202021", "48204820", "NULL4711",
		"00000001", "10000001", "AJ00000", "U1234-5678-9ABC-DEF0-0011", "EXAMPLE-SN-0001", "8213 0000 12", "004F-1234",
	} {
		if Filler(text) {
			t.Errorf("%q: got a filler", text)
		}
		if !kept(t, Serial, text, Terms{}) {
			t.Errorf("%q: got it refused", text)
		}
	}
}
