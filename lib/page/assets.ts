/** A file that browsers load, whole. */
export interface StaticFile {
  /** `/assets/page-0123456789ab.css` */
  readonly path: string;
  readonly type: string;
  readonly body: string;
  /** Its name changes with its content: whoever has it need never ask again. */
  readonly forEver: boolean;
}

/** Where the hosted pages find their script and their style. */
export interface AssetNames {
  readonly script: string;
  readonly style: string;
}
