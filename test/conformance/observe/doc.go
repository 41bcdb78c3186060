// Package observe starts a program and sees what it does to the world around it: opens files for writing, starts
// processes, connects, listens, signals. It sees the attempt, also where nothing comes of it, and can refuse it.
//
// It needs nothing but the kernel (Linux 5.9 or newer), no right that an ordinary user lacks, and no other program. A
// program that calls Start calls Launch first thing in main; the rest is a notification that the kernel gives:
//
//  1. Start starts this same program once more, as a launcher, with the environment, folder, descriptors and process group of the command.
//  2. The launcher gives one of its threads a filter of system calls, hands the filter's listener to Start over a socket, and executes the
//     observed program from that thread. The process is the same one, so that who started it waits for the right one.
//  3. From then on each call that the filter names stops until a Watch, in a goroutine here, has read what it is about and answered: go on,
//     or EPERM. What the program starts has the filter too.
//
// What only reads is not named, and costs nothing: the filter looks at the flags of an open. Calls whose arguments a
// filter can't see and that have an older form (clone3, and all of io_uring) are answered ENOSYS, so that runtimes fall
// back to the form that is seen.
//
// This is an instrument of tests and not a boundary. Between our reading a path and the kernel's reading it another
// thread could change it, and paths are what the program wrote, made absolute, with no link followed. The boundary is
// core/confine.
package observe
