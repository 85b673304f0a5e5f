import { LitElement } from 'lit';

/** The auditors' console. */
export class HeedAudit extends LitElement {}

if (!customElements.get('heed-audit')) customElements.define('heed-audit', HeedAudit);
