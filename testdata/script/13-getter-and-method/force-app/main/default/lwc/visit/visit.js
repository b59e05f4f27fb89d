import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  row;
  get line() {
    return `${this.row.SSN__c}`;
  }
  text() {
    return this.line;
  }
  show() {
    console.debug(this.text());
  }
}
