/** Sources that a new template can begin with: tables and inline styles, since that is what mail programs understand. */

export interface Starter {
  /** Names the texts `templates.starter.<id>`. */
  readonly id: 'letter' | 'announcement' | 'digest';
  readonly html: string;
}

const head = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>News</title>
<style>
  body { margin: 0; padding: 0; background: #f2f4f3; color: #1d2422; }
  a { color: #0f6b5c; }
  .card { background: #ffffff; }
  .soft { color: #5b6663; }
  @media (max-width: 620px) {
    .pad { padding-left: 22px !important; padding-right: 22px !important; }
    .column { display: block !important; width: 100% !important; padding: 0 0 20px !important; }
  }
  @media (prefers-color-scheme: dark) {
    body, .page { background: #121615 !important; color: #e6ecea !important; }
    .card { background: #1d2422 !important; }
    .soft { color: #a3b0ac !important; }
    a { color: #86d5c3 !important; }
  }
</style>
</head>
<body>
<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0">
<tr><td align="center" style="padding:28px 12px;">
<table class="card" role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;border-radius:12px;font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:1.6;">
`;

const foot = `  <tr><td class="pad soft" style="padding:20px 44px 32px;font-size:13px;line-height:1.5;">
    You get this mail at {{ email }}.
    <a href="{{ unsubscribe_url }}">Unsubscribe</a>
  </td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;

const greeting = 'Hello {{ first_name|default("there", true) }}';

function button(label: string): string {
  return `<a href="https://www.example.com/" style="display:inline-block;padding:13px 24px;border-radius:8px;background:#0f6b5c;color:#ffffff;font-weight:bold;text-decoration:none;">${label}</a>`;
}

export const STARTERS: readonly Starter[] = [
  {
    id: 'letter',
    html: `${head}  <tr><td class="pad" style="padding:36px 44px 8px;">
    <p style="margin:0 0 16px;">${greeting},</p>
    <p style="margin:0 0 16px;">Write as you would write to one person: what is new, and why it matters to them.</p>
    <p style="margin:0 0 16px;">Best wishes<br>Your name</p>
  </td></tr>
${foot}`,
  },
  {
    id: 'announcement',
    html: `${head}  <tr><td class="pad" style="padding:44px 44px 8px;">
    <h1 style="margin:0 0 14px;font-size:30px;line-height:1.2;">One clear sentence about the news</h1>
    <p style="margin:0 0 24px;">${greeting}, tell in two or three sentences what is new and what it is good for.</p>
    <p style="margin:0 0 24px;">${button('See what is new')}</p>
  </td></tr>
${foot}`,
  },
  {
    id: 'digest',
    html: `${head}  <tr><td class="pad" style="padding:36px 44px 8px;">
    <h1 style="margin:0 0 14px;font-size:26px;line-height:1.2;">${greeting}, here is this month</h1>
    <table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>
      <td class="column" width="50%" valign="top" style="padding:0 14px 20px 0;">
        <h2 style="margin:0 0 6px;font-size:19px;">First story</h2>
        <p style="margin:0 0 6px;">Two sentences that make people want to read on.</p>
        <a href="https://www.example.com/">Read on</a>
      </td>
      <td class="column" width="50%" valign="top" style="padding:0 0 20px 14px;">
        <h2 style="margin:0 0 6px;font-size:19px;">Second story</h2>
        <p style="margin:0 0 6px;">Two sentences that make people want to read on.</p>
        <a href="https://www.example.com/">Read on</a>
      </td>
    </tr></table>
  </td></tr>
${foot}`,
  },
];
