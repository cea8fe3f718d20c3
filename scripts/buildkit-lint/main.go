// Prints what BuildKit's own linter says about Dockerfiles, one JSON line a file, for scripts/agreement.ts:
//
//	cd scripts/buildkit-lint && go build -o /tmp/buildkit-lint . && find <folder> -type f | /tmp/buildkit-lint > buildkit.jsonl
//
// Base images are not looked up: every image is taken for an empty one of linux/amd64.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

type emptyImages struct{}

func (emptyImages) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return ref, "", []byte(`{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers"}}`), nil
}

type finding struct {
	Rule string `json:"rule"`
	Line int32  `json:"line"`
}

type answer struct {
	File     string    `json:"file"`
	Findings []finding `json:"findings"`
	Error    string    `json:"error,omitempty"`
}

func judge(file string) (result answer) {
	result = answer{File: file, Findings: []finding{}}
	defer func() {
		if problem := recover(); problem != nil {
			result.Error = fmt.Sprint(problem)
		}
	}()
	text, err := os.ReadFile(file)
	if err != nil {
		result.Error = err.Error()
		return result
	}
	platform := ocispecs.Platform{OS: "linux", Architecture: "amd64"}
	caps := pb.Caps.CapSet(pb.Caps.All())
	sources := llb.NewSourceMap(nil, file, "Dockerfile", text)
	sources.Definition = &llb.Definition{}
	lint, err := dockerfile2llb.DockerfileLint(context.Background(), text, dockerfile2llb.ConvertOpt{
		Config:         dockerui.Config{BuildPlatforms: []ocispecs.Platform{platform}},
		TargetPlatform: &platform,
		MetaResolver:   emptyImages{},
		LLBCaps:        &caps,
		SourceMap:      sources,
	})
	if err != nil {
		result.Error = err.Error()
		return result
	}
	if lint.Error != nil {
		result.Error = lint.Error.Message
	}
	for _, warning := range lint.Warnings {
		result.Findings = append(result.Findings, finding{Rule: warning.RuleName, Line: firstLine(warning.Location)})
	}
	return result
}

func firstLine(location *pb.Location) int32 {
	for _, one := range location.GetRanges() {
		return one.GetStart().GetLine()
	}
	return 0
}

func main() {
	names := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for names.Scan() {
		if err := encoder.Encode(judge(names.Text())); err != nil {
			panic(err)
		}
	}
}
