/* FOR TESTS ONLY. A host executes one file, which may start no other. A script needs an interpreter, so it cannot be a plugin. This
   program has the interpreter as a library, and the Python program in the same file: build.sh appends an archive to the compiled
   launcher, and Python runs an archive at the end of a file. So the checksum covers everything. */
#include <Python.h>

int main(int argc, char **argv)
{
	/* -I: ignore the environment and the user's folders. -B: write no compiled modules. */
	char *as[] = {argc > 0 ? argv[0] : "plugin", "-I", "-B", "/proc/self/exe", NULL};
	return Py_BytesMain(4, as);
}
