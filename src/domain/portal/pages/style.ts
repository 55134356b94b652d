/** The page's whole style, by hash in its Content-Security-Policy: no attribute `style` works. */
export const style = `
:root {
  color-scheme: light dark;
  --back: #f3f4f7; --card: #fff; --ink: #14181f; --quiet: #596273; --line: #e3e7ee; --field: #fff;
  --accent: #1d4ed8; --on-accent: #fff; --paper: #fff;
  --good: #0b6b3a; --good-back: #e2f5ea; --wait: #84500b; --wait-back: #fdf0d8;
  --bad: #a61b1b; --bad-back: #fde8e8; --plain: #43506a; --plain-back: #e9edf5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0e1116; --card: #171b22; --ink: #edf0f5; --quiet: #9ba5b6; --line: #2a313c; --field: #10141a;
    --accent: #8fb0ff; --on-accent: #0a1330; --paper: #fff;
    --good: #74dba3; --good-back: #12301f; --wait: #f3c477; --wait-back: #36280f;
    --bad: #ff9d9d; --bad-back: #3c1717; --plain: #b6c3dc; --plain-back: #232b39;
  }
}
* { box-sizing: border-box; margin: 0; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  background: var(--back); color: var(--ink); padding: 0 16px 40px;
  font: 400 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
  overflow-wrap: anywhere;
}
main, .shop, footer { max-width: 600px; margin: 0 auto; }
.shop { display: flex; align-items: center; justify-content: space-between; gap: 16px; padding: 18px 4px 14px; }
.shop strong { font-size: 17px; font-weight: 650; line-height: 1.25; }
.shop img { display: block; max-width: 180px; max-height: 44px; background: var(--paper); border-radius: 8px; padding: 4px 8px; }
.shop a { flex: none; color: var(--quiet); font-size: 14px; padding: 10px 0 10px 12px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 20px; margin-bottom: 14px; }
h1 { font-size: 22px; font-weight: 680; line-height: 1.25; letter-spacing: -.01em; }
h2 { font-size: 17px; font-weight: 650; line-height: 1.3; margin-bottom: 10px; }
a { color: var(--accent); }
.quiet { color: var(--quiet); font-size: 14px; }
.top { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 4px 12px; }
.top + h1 { margin-top: 8px; }
.kind { overflow-wrap: normal; color: var(--quiet); font-size: 14px; font-weight: 550; }
.amount { font-size: clamp(27px, 9.6vw, 38px); font-weight: 700; line-height: 1.15; letter-spacing: -.025em; margin-top: 16px; font-variant-numeric: tabular-nums; }
.state { flex: none; border-radius: 99px; padding: 4px 12px; font-size: 13px; font-weight: 620; }
.good { background: var(--good-back); color: var(--good); }
.wait { background: var(--wait-back); color: var(--wait); }
.bad { background: var(--bad-back); color: var(--bad); }
.plain { background: var(--plain-back); color: var(--plain); }
.note { border-radius: 12px; padding: 12px 16px; margin-bottom: 14px; font-weight: 550; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 6px 20px; margin-top: 14px; font-size: 15px; }
dt { color: var(--quiet); }
dd { text-align: right; font-variant-numeric: tabular-nums; }
ul { list-style: none; padding: 0; }
.lines li { display: flex; justify-content: space-between; gap: 16px; padding: 12px 0; border-bottom: 1px solid var(--line); }
.lines li:first-child { padding-top: 2px; }
.lines b { font-weight: 560; white-space: pre-line; }
.lines span { display: block; }
.sum, .sums dd { flex: none; white-space: nowrap; font-variant-numeric: tabular-nums; }
.sums { margin-top: 12px; grid-template-columns: minmax(0, 1fr) auto; }
.sums .strong { color: var(--ink); font-weight: 680; font-size: 17px; padding-top: 4px; }
.text { white-space: pre-line; }
.gap { margin-top: 12px; }
form + form, form + details, details { margin-top: 14px; }
label { display: block; font-size: 14px; font-weight: 580; margin-bottom: 6px; }
input, textarea {
  width: 100%; min-height: 48px; padding: 11px 14px; font: inherit; color: inherit;
  background: var(--field); border: 1px solid var(--quiet); border-radius: 10px;
}
textarea { display: block; min-height: 92px; resize: vertical; }
.button {
  display: block; width: 100%; min-height: 50px; margin-top: 12px; padding: 13px 16px; border: 0; border-radius: 12px;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 640; line-height: 1.45;
  text-align: center; text-decoration: none; cursor: pointer;
}
.button:hover { filter: brightness(1.07); }
.button:disabled { opacity: .5; cursor: default; }
.second { background: none; color: var(--accent); box-shadow: inset 0 0 0 1.5px var(--line); }
.danger { background: none; color: var(--bad); box-shadow: inset 0 0 0 1.5px currentColor; }
:is(a, button, input, textarea, summary, canvas):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
summary { cursor: pointer; color: var(--quiet); font-size: 15px; padding: 8px 0; }
details label { margin-top: 8px; }
.pay { display: flex; flex-wrap: wrap; gap: 16px 20px; align-items: center; }
.pay dl { flex: 1 1 260px; margin-top: 0; grid-template-columns: 1fr; gap: 0; }
.pay dt { font-size: 13px; }
.pay dd { text-align: left; margin-bottom: 8px; font-weight: 560; }
figure { flex: 1 1 148px; text-align: center; }
figure svg { display: block; width: 148px; height: 148px; background: var(--paper); border-radius: 12px; padding: 14px; border: 1px solid var(--line); margin: 0 auto 4px; }
figcaption { color: var(--quiet); font-size: 13px; }
.pad { position: relative; margin-top: 12px; }
canvas { display: block; width: 100%; aspect-ratio: 8 / 3; background: linear-gradient(#c3cad6, #c3cad6) no-repeat 50% 80% / 86% 1.5px, var(--paper); border: 1.5px dashed #8b95a7; border-radius: 12px; touch-action: none; cursor: crosshair; }
.pad button { position: absolute; top: 6px; right: 6px; border: 0; background: none; color: #475066; font: inherit; font-size: 14px; padding: 8px 10px; cursor: pointer; text-decoration: underline; }
.story { margin-top: 4px; }
.story li { position: relative; padding: 0 0 18px 26px; }
.story li:last-child { padding-bottom: 0; }
.story li::before { content: ''; position: absolute; left: 3px; top: 7px; width: 11px; height: 11px; border-radius: 50%; background: var(--line); }
.story li::after { content: ''; position: absolute; left: 8px; top: 22px; bottom: -5px; width: 1px; background: var(--line); }
.story li:last-child::after { display: none; }
.story .now::before { background: var(--accent); box-shadow: 0 0 0 4px color-mix(in srgb, var(--accent) 22%, transparent); }
.story b { font-weight: 580; }
footer { color: var(--quiet); font-size: 13.5px; text-align: center; padding: 14px 8px 0; }
footer a { color: inherit; }
footer span { display: inline-block; }
@media (min-width: 560px) { .card { padding: 26px 28px; } }
@media print { body { background: none; padding: 0; } form, details, .shop a, .button { display: none; } .card { border: 0; padding: 8px 0; } }
`
