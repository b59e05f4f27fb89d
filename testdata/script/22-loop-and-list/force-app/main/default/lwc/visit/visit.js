import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  collect(rows) {
    const all = [];
    for (const row of rows) {
      all.push(row.SSN__c);
    }
    rows.forEach((row) => { this.last = row.Diagnosis__c; });
    console.log(all, all.length);
    console.table(this.last);
  }
}
