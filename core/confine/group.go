package confine

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// group lists the processes of a process group beside its leader.
func group(leader int) (found []int) {
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		pid, err := strconv.Atoi(filepath.Base(folder))
		if err != nil || pid == leader {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, "stat"))
		if err == nil && groupOf(string(text)) == leader {
			found = append(found, pid)
		}
	}
	return found
}

// groupOf reads the third number behind the name, which ends with the last bracket.
func groupOf(stat string) int {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 3 {
		return -1
	}
	id, err := strconv.Atoi(fields[2])
	if err != nil {
		return -1
	}
	return id
}
