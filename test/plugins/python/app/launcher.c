/* FOR TESTS ONLY. A host executes one file and lets it start no other, so that a script, which needs an interpreter to be started for it,
   is no plugin. This is the interpreter as a library, and the program behind it in the same file: build.sh appends an archive
   to what is compiled of this, and Python runs an archive that stands at the end of a file. So the checksum covers all of it. */
#include <Python.h>

int main(int argc, char **argv)
{
	/* -I: heeds no environment and looks in no folder of a user's. -B: writes no compiled modules. */
	char *as[] = {argc > 0 ? argv[0] : "plugin", "-I", "-B", "/proc/self/exe", NULL};
	return Py_BytesMain(4, as);
}
