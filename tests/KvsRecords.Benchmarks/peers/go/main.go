// Streams one folder as a ZIP, every entry deflated: at the level that is asked for, or else at archive/zip's default.
package main

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// What deflates the entries; nil for archive/zip's own.
var compressor zip.Compressor

// A deflater that goes back to its pool when its entry ends, as archive/zip does it with its own: a new one takes long to make.
type pooledDeflater struct {
	*flate.Writer
	pool *sync.Pool
}

func (deflater pooledDeflater) Close() error {
	defer deflater.pool.Put(deflater.Writer)
	return deflater.Writer.Close()
}

func compressorAt(level int) zip.Compressor {
	pool := &sync.Pool{New: func() any {
		writer, err := flate.NewWriter(io.Discard, level)
		if err != nil {
			log.Fatal(err)
		}
		return writer
	}}
	return func(out io.Writer) (io.WriteCloser, error) {
		writer := pool.Get().(*flate.Writer)
		writer.Reset(out)
		return pooledDeflater{writer, pool}, nil
	}
}

func writeArchive(out io.Writer, folder string) error {
	entries, err := os.ReadDir(folder) // ordered by name
	if err != nil {
		return err
	}
	// Without it every 4 kB becomes a system call of its own.
	buffered := bufio.NewWriterSize(out, 64*1024)
	archive := zip.NewWriter(buffered)
	if compressor != nil {
		archive.RegisterCompressor(zip.Deflate, compressor)
	}
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
	if len(os.Args) > 3 {
		level, err := strconv.Atoi(os.Args[3])
		if err != nil {
			log.Fatal(err)
		}
		compressor = compressorAt(level)
	}
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
