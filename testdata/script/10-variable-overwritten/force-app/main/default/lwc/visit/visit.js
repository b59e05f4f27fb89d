import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  change(row) {
    let text = row.SSN__c;
    text = "gone";
    console.log(text);
    if (row.ok) {
      text = row.SSN__c;
    }
    console.log(text);
  }
}
