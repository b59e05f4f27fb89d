import { LightningElement, wire, api } from "lwc";
import { maskNumber } from "c/masks";
export default class Visit extends LightningElement {
  change(row) {
    console.log(maskNumber(row.SSN__c));
    const hashed = hashOf(row.SSN__c);
    console.log(hashed, row.SSN__c ? "filled" : "empty");
    console.log(row.SSN__c || "none");
  }
}
