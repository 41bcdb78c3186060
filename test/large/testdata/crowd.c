// crowd PROCESSES ZOMBIES THREADS makes so many processes that sleep, processes that have ended, and threads, says so in
// a line, and sleeps. A process of it is as small as one can be.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *idle(void *unused) {
	for (;;)
		pause();
	return unused;
}

static void make(int number, void (*live)(void)) {
	while (number-- > 0) {
		pid_t pid = fork();
		if (pid < 0) {
			perror("fork");
			exit(1);
		}
		if (pid == 0)
			live();
	}
}

static void sleeps(void) { idle(NULL); }
static void ends(void) { _exit(0); }

int main(int count, char **arguments) {
	if (count != 4)
		return 2;
	make(atoi(arguments[1]), sleeps);
	make(atoi(arguments[2]), ends);
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 32 << 10);
	for (int left = atoi(arguments[3]); left > 0; left--) {
		pthread_t thread;
		if (pthread_create(&thread, &small, idle, NULL) != 0) {
			perror("thread");
			return 1;
		}
	}
	puts("ready");
	fflush(stdout);
	idle(NULL);
}
