package main

// Fields that are arguments of the client's methods.
var positional = map[string]bool{"report": true, "of": true, "method": true, "path": true}

// writeReports makes a struct of each report, and of each wish a type that is an option of those reports that have it:
// a wish in the wrong place does not compile.
func writeReports(out *writer, types ordered[shape]) {
	var names []string
	having := map[string][]string{}
	about := map[string]shape{}
	for _, variant := range types.at("Report").OneOf {
		report := camel(variant.Properties.at("report").Const)
		names = append(names, report)
		out.line("// %sReport is the report as data, for Client.Report and Lint.\ntype %sReport struct {", report, report)
		for _, key := range variant.Properties.names {
			field := variant.Properties.at(key)
			switch {
			case key == "report":
				continue
			case positional[key] || key == "body":
				out.comment("", field.Description)
				out.line("%s %s `json:\"%s,omitzero\"`", camel(key), field.plain(), key)
			default:
				out.comment("", field.Description)
				out.line("%s %s `json:\"%s,omitzero\"`", camel(key), camel(key), key)
			}
			if !positional[key] {
				if len(having[key]) == 0 {
					about[key] = field
				}
				having[key] = append(having[key], report)
			}
		}
		out.line("}\n")
		out.line("// MarshalJSON writes the report with its name.\nfunc (r %sReport) MarshalJSON() ([]byte, error) {", report)
		out.line("type plain %sReport", report)
		out.line("return json.Marshal(struct {\nReport string `json:\"report\"`\nplain\n}{%q, plain(r)})\n}\n",
			variant.Properties.at("report").Const)
		out.line("// %sOption is a wish of this report.\ntype %sOption interface { to%s(*%sReport, *wishes) }\n", report, report, report, report)
	}
	for _, variant := range types.at("Report").OneOf {
		for _, key := range variant.Properties.names {
			if reports := having[key]; len(reports) > 0 {
				writeOption(out, key, about[key], reports)
				delete(having, key)
			}
		}
	}
	out.line("// ReportOption is a wish of any report.\ntype ReportOption interface { toAny(*wishes) }\n")
	out.line("// wishes is what the core reads the options of a call from.\ntype wishes struct {")
	options := types.at("CallOptions").Properties
	for _, key := range options.names {
		out.line("%s %s `json:\"%s,omitzero\"`", camel(key), camel(key), key)
	}
	out.line("summary *Summary\n}\n")
	out.line("// Option is a wish that every report has.\ntype Option interface {\nReportOption")
	for _, report := range names {
		out.line("%sOption", report)
	}
	out.line("}\n")
	out.line("type summaryTo struct{ summary *Summary }\n")
	out.line("func (o summaryTo) toAny(w *wishes) { w.summary = o.summary }")
	for _, report := range names {
		out.line("func (o summaryTo) to%s(_ *%sReport, w *wishes) { w.summary = o.summary }", report, report)
	}
	out.line("")
	for _, key := range options.names {
		name, field := camel(key), options.at(key)
		out.comment(name+" is an option of every report. ", field.about())
		if field.milliseconds() {
			out.line("type %s time.Duration\n", name)
			out.line("func (o %s) MarshalJSON() ([]byte, error) { return milliseconds(time.Duration(o)) }", name)
		} else {
			out.line("type %s %s\n", name, field.plain())
		}
		out.line("func (o %s) toAny(w *wishes) { w.%s = o }", name, name)
		for _, report := range names {
			out.line("func (o %s) to%s(_ *%sReport, w *wishes) { w.%s = o }", name, report, report, name)
		}
		out.line("")
	}
}

func writeOption(out *writer, key string, field shape, reports []string) {
	name := camel(key)
	kind := name
	switch {
	case key == "body":
		kind = "body"
		out.comment("Body is an option. ", field.Description)
		out.line("func Body(value any) CallOption { return body{value} }\n\ntype body struct { value any }\n")
	case field.ref() == "":
		out.comment(name+" is an option. ", field.Description)
		out.line("type %s %s\n", name, field.plain())
	}
	for _, report := range reports {
		value := "o"
		if key == "body" {
			value = "o.value"
		}
		out.line("func (o %s) to%s(r *%sReport, _ *wishes) { r.%s = %s }", kind, report, report, name, value)
	}
	out.line("")
}
