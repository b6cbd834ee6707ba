// Reads archives with Go's archive/zip. README.md says what is printed.
package main

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(out, "version\t%s\n", strings.TrimPrefix(runtime.Version(), "go"))
	for paths := bufio.NewScanner(os.Stdin); paths.Scan(); {
		if err := read(paths.Text(), out); err != nil {
			fmt.Fprintf(out, "refusal\t%x\n", err.Error())
		} else {
			fmt.Fprintln(out, "end")
		}
		out.Flush()
	}
}

func read(path string, out io.Writer) error {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer archive.Close()
	for _, file := range archive.File {
		body, err := file.Open()
		if err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
		digest := sha256.New()
		length, err := io.Copy(digest, body)
		body.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
		fmt.Fprintf(out, "entry\t%x\t%d\t%x\n", file.Name, length, digest.Sum(nil))
	}
	return nil
}
