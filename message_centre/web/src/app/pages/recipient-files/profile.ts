/** The profile of a recipient file as the platform describes it; values in it are masked. */
export interface ColumnProfile {
  readonly header: string;
  /** How templates read it. */
  readonly name: string;
  readonly filled: number;
  readonly fill_rate: number | null;
  readonly samples: readonly string[];
}

export interface FileProfile {
  readonly rows_looked_at: number;
  readonly columns: readonly ColumnProfile[];
  readonly domains: readonly { readonly domain: string; readonly recipients: number }[];
  readonly distinct_domains: number | null;
  readonly domains_exact: boolean;
}
