// Streams one folder as a ZIP, every entry deflated at archive/zip's default level.
package main

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
)

func writeArchive(out io.Writer, folder string) error {
	entries, err := os.ReadDir(folder) // ordered by name
	if err != nil {
		return err
	}
	// Without it every 4 kB becomes a system call of its own.
	buffered := bufio.NewWriterSize(out, 64*1024)
	archive := zip.NewWriter(buffered)
	buffer := make([]byte, 64*1024)
	for _, entry := range entries {
		if err := writeEntry(archive, folder, entry, buffer); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return buffered.Flush()
}

func writeEntry(archive *zip.Writer, folder string, entry os.DirEntry, buffer []byte) error {
	file, err := os.Open(filepath.Join(folder, entry.Name()))
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	header := &zip.FileHeader{Name: entry.Name(), Method: zip.Deflate, Modified: info.ModTime()}
	content, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(content, file, buffer)
	return err
}

func main() {
	folder, port := os.Args[1], os.Args[2]
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		response.Header().Set("Content-Type", "application/zip")
		if err := writeArchive(response, folder); err != nil {
			// The status is long sent: only a broken connection still tells the client.
			panic(http.ErrAbortHandler)
		}
	})))
}
