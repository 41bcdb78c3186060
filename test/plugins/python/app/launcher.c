/* FOR TESTS ONLY: runs the archive that build.sh appends to this program, with the interpreter as a library. */
#include <Python.h>
int main(int argc, char **argv)
{	/* -I: ignore the environment and the user's folders. -B: write no compiled modules. */
	return Py_BytesMain(4, (char *[]){argc > 0 ? argv[0] : "plugin", "-I", "-B", "/proc/self/exe", NULL});
}
