/** What may be looked for; what programs do by themselves all day is not among it. */
export const ACTIONS = [
  'send_campaign',
  'schedule_campaign',
  'pause_campaign',
  'resume_campaign',
  'cancel_campaign',
  'send_message',
  'delete_recipient_file',
  'put_suppressions',
  'import_suppressions',
  'delete_suppression',
  'order_export',
  'create_api_key',
  'change_api_key',
  'rotate_api_key',
  'revoke_api_key',
  'create_webhook',
  'change_webhook',
  'delete_webhook',
  'rotate_webhook_secret',
  'create_sender',
  'delete_sender',
] as const;

/** The moment at which a date, such as `2026-11-27`, begins in this browser's zone, `days` later. */
export function startOf(date: string, days: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(year, month - 1, day + days).toISOString();
}
