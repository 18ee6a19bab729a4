package selection_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/selection"
)

func corpus() []*cases.Case {
	probe := []cases.Step{{Connect: "first"}}
	return []*cases.Case{
		{Suite: "fields/data", ID: "two-lines", Level: "must", Labels: []string{"multi-line"}, Requirements: []string{"parse.data.append", "parse.dispatch.strip"}},
		{Suite: "fields/data", ID: "empty", Level: "should", Requirements: []string{"parse.data.append"}},
		{Suite: "fields/id", ID: "empty", Level: "may", Labels: []string{"long"}, Requirements: []string{"parse.id.empty"}},
		{Suite: "fields/retry", ID: "leading-zero", Level: "info", Requirements: []string{"parse.retry.digits"}},
		{Suite: "mine", ID: "empty-too", Level: "must", Requirements: []string{"serve.status"}, Probe: probe},
	}
}

func names(selected []*cases.Case) []string {
	names := []string{}
	for _, c := range selected {
		names = append(names, c.Name())
	}
	return names
}

var all = []string{"fields/data/two-lines", "fields/data/empty", "fields/id/empty", "fields/retry/leading-zero", "mine/empty-too"}

var _ = Describe("Select", func() {
	DescribeTable("takes the cases that are asked for, in order", func(o selection.Options, want []string) {
		selected, err := selection.Select(corpus(), o)
		Expect(err).NotTo(HaveOccurred())
		Expect(names(selected)).To(Equal(want))
	},
		Entry("all without options", selection.Options{}, all),
		Entry("a name", selection.Options{Run: []string{"fields/id/empty"}}, []string{all[2]}),
		Entry("two names, in the corpus's order", selection.Options{Run: []string{all[3], all[0]}}, []string{all[0], all[3]}),
		Entry("one part", selection.Options{Run: []string{"fields/*/empty"}}, []string{all[1], all[2]}),
		Entry("one part is no more and no less", selection.Options{Run: []string{"*/empty*"}}, []string{all[4]}),
		Entry("letters of a part", selection.Options{Run: []string{"fields/*a*/*-l*s"}}, []string{all[0]}),
		Entry("any parts", selection.Options{Run: []string{"**/empty"}}, []string{all[1], all[2]}),
		Entry("any parts in the middle", selection.Options{Run: []string{"fields/**/empty"}}, []string{all[1], all[2]}),
		Entry("any parts may be none", selection.Options{Run: []string{"fields/**/data/**/empty"}}, []string{all[1]}),
		Entry("everything below", selection.Options{Run: []string{"fields/**"}}, all[:4]),
		Entry("everything", selection.Options{Run: []string{"**"}}, all),
		Entry("a level, and that alone", selection.Options{Run: []string{"level:should"}}, []string{all[1]}),
		Entry("a requirement", selection.Options{Run: []string{"requirement:parse.data.append"}}, []string{all[0], all[1]}),
		Entry("requirements over several parts", selection.Options{Run: []string{"requirement:parse.*"}}, all[:4]),
		Entry("without some", selection.Options{Skip: []string{"**/empty", "level:info"}}, []string{all[0], all[4]}),
		Entry("run less skip", selection.Options{Run: []string{"fields/data/*"}, Skip: []string{"level:must"}}, []string{all[1]}),
		Entry("a label", selection.Options{LabelFilter: "multi-line"}, []string{all[0]}),
		Entry("labels joined", selection.Options{LabelFilter: "(must || may) && !long"}, []string{all[0], all[4]}),
		Entry("labels by expression", selection.Options{LabelFilter: "/^multi/ || long"}, []string{all[0], all[2]}),
		Entry("the kind as a label", selection.Options{LabelFilter: "probe"}, []string{all[4]}),
		Entry("the area as a label", selection.Options{LabelFilter: "mine"}, []string{all[4]}),
		Entry("a level and what is stronger", selection.Options{Level: "should"}, []string{all[0], all[1], all[4]}),
		Entry("the weakest level", selection.Options{Level: "info"}, all),
		Entry("all at once, with nothing left", selection.Options{Run: []string{"fields/id/*"}, Level: "must"}, []string{}),
	)

	DescribeTable("refuses what names nothing, with a hint", func(o selection.Options, want ...string) {
		_, err := selection.Select(corpus(), o)
		Expect(err).To(HaveOccurred())
		var wrong *selection.Error
		Expect(errors.As(err, &wrong)).To(BeTrue())
		for _, text := range want {
			Expect(err).To(MatchError(ContainSubstring(text)))
		}
	},
		Entry("a mistyped name", selection.Options{Run: []string{"fields/data/tow-lines"}},
			`"fields/data/tow-lines": names no case; did you mean fields/data/two-lines?`),
		Entry("a folder", selection.Options{Run: []string{"fields/data"}}, "fields/data/** names every case below it"),
		Entry("a folder with a slash", selection.Options{Run: []string{"fields/"}}, "fields/** names every case below it"),
		Entry("a stale skip", selection.Options{Skip: []string{"fields/date/**"}}, "did you mean fields/data/**"),
		Entry("an empty pattern", selection.Options{Run: []string{""}}, "an empty pattern; ** names every case"),
		Entry("an unknown level", selection.Options{Run: []string{"level:most"}}, `"most" is no level`),
		Entry("a level without a case", selection.Options{Run: []string{"requirement:parse.data.apend"}}, "did you mean requirement:parse.data.append"),
		Entry("requirements below a part that is none", selection.Options{Run: []string{"requirement:parse.dta.*"}}, "did you mean requirement:parse.data.*"),
		Entry("an unknown prefix", selection.Options{Run: []string{"label:long"}}, `no pattern begins with "label:"`),
		Entry("a filter of an unknown label", selection.Options{LabelFilter: "multiline"}, "did you mean multi-line?"),
		Entry("a filter that excludes itself", selection.Options{LabelFilter: "long && !long"}, "names no case; the labels are"),
		Entry("a filter that is none", selection.Options{LabelFilter: "long &&"}, "no label filter: Syntax Error"),
		Entry("an unknown --level", selection.Options{Level: "most"}, `"most": is no level; the levels are must, should, may and info`),
		Entry("no shard", selection.Options{Shard: "half"}, `"half": is no shard; write i/n`),
		Entry("a shard of nothing", selection.Options{Shard: "0/2"}, "is no shard"),
		Entry("a shard too many", selection.Options{Shard: "3/2"}, "is no shard"),
		Entry("several at once", selection.Options{Run: []string{"a", "b"}, Shard: "x"}, `"a": names`, `"b": names`, `"x": is no`),
		Entry("a file that is not there", selection.Options{Run: []string{"@/no/such/file"}}, "/no/such/file"),
	)

	It("reads patterns from a file, and names its lines", func() {
		file := filepath.Join(GinkgoT().TempDir(), "ci.txt")
		Expect(os.WriteFile(file, []byte("# what CI runs\n\nfields/id/*\r\n  level:info  \n"), 0o600)).To(Succeed())
		selected, err := selection.Select(corpus(), selection.Options{Run: []string{"@" + file, "mine/*"}})
		Expect(err).NotTo(HaveOccurred())
		Expect(names(selected)).To(Equal([]string{all[2], all[3], all[4]}))

		Expect(os.WriteFile(file, []byte("\nfields/x/y\n"), 0o600)).To(Succeed())
		_, err = selection.Select(corpus(), selection.Options{Run: []string{"@" + file}})
		Expect(err).To(MatchError(ContainSubstring(file + `:2: "fields/x/y": names no case`)))

		Expect(os.WriteFile(file, []byte("# nothing\n"), 0o600)).To(Succeed())
		_, err = selection.Select(corpus(), selection.Options{Run: []string{"@" + file}})
		Expect(err).To(MatchError(ContainSubstring("holds no pattern")))
	})

	It("gives every case to exactly one shard, and the same one whatever else is selected", func() {
		var many []*cases.Case
		for i := range 300 {
			many = append(many, &cases.Case{Suite: "a/b", ID: fmt.Sprint("case-", i)})
		}
		shardOf := map[string]string{}
		for i := 1; i <= 3; i++ {
			shard := fmt.Sprintf("%d/3", i)
			selected, err := selection.Select(many, selection.Options{Shard: shard})
			Expect(err).NotTo(HaveOccurred())
			Expect(len(selected)).To(BeNumerically(">", 50), "the shares are roughly even")
			for _, name := range names(selected) {
				Expect(shardOf).NotTo(HaveKey(name))
				shardOf[name] = shard
			}
		}
		Expect(shardOf).To(HaveLen(300))
		few, err := selection.Select(many[:10], selection.Options{Shard: "2/3"})
		Expect(err).NotTo(HaveOccurred())
		for _, name := range names(few) {
			Expect(shardOf).To(HaveKeyWithValue(name, "2/3"))
		}
	})
})

var _ = Describe("Labels", func() {
	It("are the case's own and what is true of it", func() {
		Expect(selection.Labels(corpus()[0])).To(Equal([]string{"fields", "multi-line", "must", "stream"}))
		Expect(selection.Labels(corpus()[4])).To(Equal([]string{"mine", "must", "probe"}))
	})
})
