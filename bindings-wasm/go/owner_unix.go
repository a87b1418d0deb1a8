//go:build unix

package pegcount

import (
	"io/fs"
	"syscall"
)

// owner is whose file it is.
func owner(found fs.FileInfo) (uid int, told bool) {
	system, told := found.Sys().(*syscall.Stat_t)
	if !told {
		return 0, false
	}
	return int(system.Uid), true
}
