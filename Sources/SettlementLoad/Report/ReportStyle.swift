/// The look of every report: light and dark as the reader's system says, also on paper and on a phone.
///
/// Colours are Okabe and Ito's, darkened or lightened until they stand out from the ground at least 3 : 1, text 4.5 : 1;
/// lines differ in dashes too.
enum ReportStyle {
    static let css = """
        :root{color-scheme:light dark;--ground:#fff;--card:#f6f7f9;--text:#1b1f24;--soft:#57606a;--edge:#d0d7de;
        --good:#116329;--bad:#b3261e;--band:#eef1f5;--off:#e2e5ea;--fault:#f7d4c4;
        --c0:#0067a8;--c1:#c2410c;--c2:#00785a;--c3:#9d3f78;--c4:#9a6700;--c5:#3a86b8;--c6:#5f6b76;--c7:#1b1f24;
        --h1:#deebf7;--h2:#b3d0e8;--h3:#7fb0d8;--h4:#468bc0;--h5:#1f63a0;--h6:#08306b}
        @media screen and (prefers-color-scheme:dark){:root{--ground:#0f1317;--card:#171c22;--text:#e8ecf0;--soft:#a3adb8;
        --edge:#343c46;--good:#4ade80;--bad:#ff8a80;--band:#1b222a;--off:#252d36;--fault:#5a2f1e;
        --c0:#56b4e9;--c1:#ff9a5c;--c2:#34d3a4;--c3:#ee8fc4;--c4:#f0c648;--c5:#9bd3f7;--c6:#a3adb8;--c7:#e8ecf0;
        --h1:#16283c;--h2:#1b4368;--h3:#21659a;--h4:#3c8fc7;--h5:#7cbce6;--h6:#d6efff}}
        *{box-sizing:border-box}body{margin:0 auto;max-width:1400px;padding:24px 20px 64px;background:var(--ground);
        color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        h1{font-size:26px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}h2{font-size:19px;margin:36px 0 12px}
        h3{font-size:15px;margin:0}p{margin:2px 0 8px;color:var(--soft)}a{color:var(--c0)}
        .skip{position:absolute;left:-999px}.skip:focus{position:static}
        .verdict{display:inline-block;margin:10px 0;padding:4px 12px;border:2px solid;border-radius:6px;font-weight:700}
        .good{color:var(--good)}.bad{color:var(--bad)}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:10px;margin:12px 0 0;padding:0}
        .tiles div,figure{background:var(--card);border:1px solid var(--edge);border-radius:8px}
        .tiles div{padding:8px 12px}.tiles dt{color:var(--soft);font-size:13px;overflow-wrap:anywhere}
        .tiles dd{margin:0;font-size:19px;font-weight:600;font-variant-numeric:tabular-nums}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,520px),1fr));gap:16px}
        figure{margin:0;padding:12px 14px;min-width:0}figure p{font-size:13px}
        svg{display:block;width:100%;height:auto}svg text{font-size:12.5px;fill:var(--soft);dominant-baseline:middle}
        .mid{text-anchor:middle}.end{text-anchor:end}.grid{stroke:var(--edge);fill:none}
        .axis{stroke:var(--soft);fill:none}.l{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
        .s0{stroke:var(--c0)}.s1{stroke:var(--c1);stroke-dasharray:7 4}.s2{stroke:var(--c2);stroke-dasharray:2 4}
        .s3{stroke:var(--c3);stroke-dasharray:10 3 2 3}.s4{stroke:var(--c4);stroke-dasharray:4 3}.s5{stroke:var(--c5)}
        .s6{stroke:var(--c6);stroke-dasharray:1 3}.s7{stroke:var(--c7);stroke-dasharray:12 4}
        .a0{fill:var(--c0);background:var(--c0)}.a1{fill:var(--c1);background:var(--c1)}
        .a2{fill:var(--c2);background:var(--c2)}.a3{fill:var(--c3);background:var(--c3)}
        .a4{fill:var(--c4);background:var(--c4)}.a5{fill:var(--c5);background:var(--c5)}
        .a6{fill:var(--c6);background:var(--c6)}.a7{fill:var(--c7);background:var(--c7)}.faint{fill-opacity:.16}
        .h1{fill:var(--h1);background:var(--h1)}.h2{fill:var(--h2);background:var(--h2)}
        .h3{fill:var(--h3);background:var(--h3)}.h4{fill:var(--h4);background:var(--h4)}
        .h5{fill:var(--h5);background:var(--h5)}.h6{fill:var(--h6);background:var(--h6)}
        .stage{fill:transparent;stroke:var(--edge)}.stage:nth-of-type(odd){fill:var(--band)}
        .excluded{fill:var(--off);stroke:var(--edge)}.fault{fill:var(--fault);stroke:var(--bad)}
        svg .fault-name{fill:var(--bad);stroke:var(--card);stroke-width:4;paint-order:stroke}
        .limit{fill:none;stroke:var(--bad);stroke-width:1.5;stroke-dasharray:8 4}
        .hint{fill:transparent}.hint:hover{fill:var(--text);fill-opacity:.09}
        .legend{display:flex;flex-wrap:wrap;gap:2px 14px;margin:0 0 4px;padding:0;list-style:none;font-size:13px}
        .legend svg{display:inline-block;width:26px;height:8px;margin-right:5px;vertical-align:middle}
        .legend i{display:inline-block;width:12px;height:12px;margin-right:5px;vertical-align:-1px;border-radius:2px}
        .legend .rule::before{content:"┅ ";color:var(--bad);font-weight:700}
        .parts{display:grid;grid-template-columns:auto 1fr auto;gap:6px 10px;align-items:center;font-size:13px}
        .parts>div{display:flex;height:22px;border-radius:4px;overflow:hidden;background:var(--off)}
        .wide{overflow-x:auto;max-height:420px}table{border-collapse:collapse;font-size:13px;width:100%}
        .full{max-height:none}th,td{padding:3px 9px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--edge);
        font-variant-numeric:tabular-nums;font-weight:400}th[scope=row]{text-align:left}
        thead th{font-weight:600;color:var(--soft);text-align:right}thead th:first-child{text-align:left}
        .thresholds td,.thresholds th{text-align:left;white-space:normal;font-size:14px}
        details{margin-top:6px;font-size:13px}summary{cursor:pointer;color:var(--soft)}
        :focus-visible{outline:3px solid var(--c0);outline-offset:2px}
        .facts{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;margin:0}.facts dt{color:var(--soft)}
        .facts dd{margin:0;overflow-wrap:anywhere}
        @media (max-width:620px){body{padding:16px 12px 48px}svg text{font-size:21px}.tight{display:none}
        figure{padding:10px 8px}
        .facts{grid-template-columns:1fr}.facts dd{margin-bottom:8px}}
        @media print{body{max-width:none;padding:0;font-size:11px}
        figure,tr,.tiles div{break-inside:avoid}h2{break-after:avoid}details,.skip,.hint{display:none}
        .charts{grid-template-columns:1fr 1fr}.wide{max-height:none;overflow:visible}}
        """
}
