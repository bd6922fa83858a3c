/// The frame that all reports share.
enum ReportPage {
    /// A whole page.
    static func html(
        title: String,
        lead: String,
        isGood: Bool,
        reason: String,
        tiles: [(name: String, value: String)],
        sections: [String]
    ) -> String {
        let tileList = tiles.map {
            "<div><dt>\(Markup.escaped($0.name))</dt><dd>\(Markup.escaped($0.value))</dd></div>"
        }
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width,initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>\(Markup.escaped(title)): \(Markup.escaped(lead))</title>
            <style>\(ReportStyle.css)</style></head><body>
            <a class="skip" href="#main">Skip to the results</a>
            <header><h1>\(Markup.escaped(title))</h1>
            <span class="verdict \(isGood ? "good" : "bad")">\(Markup.escaped(lead))</span><p>\(Markup.escaped(reason))</p>
            <dl class="tiles">\(tileList.joined())</dl></header><main id="main">
            \(sections.joined(separator: "\n"))
            </main></body></html>

            """
    }

    /// A heading and what belongs under it.
    static func section(_ title: String, _ body: String) -> String {
        "<section><h2>\(Markup.escaped(title))</h2>\n\(body)</section>"
    }

    /// Figures side by side where there is room; nothing when there are none.
    static func charts(_ title: String, _ figures: [String]) -> String {
        figures.isEmpty ? "" : section(title, "<div class=\"charts\">\(figures.joined())</div>")
    }
}
