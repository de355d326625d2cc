/** The report of a pre-flight as the platform describes it. */

export interface Finding {
  readonly code: string;
  readonly severity: 'blocking' | 'warning';
  readonly message: string;
  readonly count: number;
  /** Addresses of recipients, or what stands in the template; 20 at most. */
  readonly examples: readonly string[];
}

export interface Wave {
  readonly recipients: number;
  readonly at: string | null;
  readonly ends_at: string | null;
}

export interface Report {
  readonly recipients: number;
  readonly sendable: number;
  readonly suppressed: { readonly total: number; readonly reasons: Readonly<Record<string, number>> };
  readonly render_failed: number;
  readonly largest_html_bytes: number | null;
  readonly estimate: {
    readonly starts_at: string;
    readonly ends_at: string;
    readonly seconds: number;
    readonly days: number;
  } | null;
  readonly waves: readonly Wave[];
  readonly time_zones: Readonly<Record<string, number>>;
  /** US dollars. */
  readonly cost: { readonly ses: string; readonly platform: string; readonly total: string };
  readonly findings: readonly Finding[];
}
