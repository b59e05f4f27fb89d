import { LightningElement, wire, api } from "lwc";
import { getRecord, getFieldValue } from "lightning/uiRecordApi";
import SSN from "@salesforce/schema/Patient__c.SSN__c";
import NICK from "@salesforce/schema/Patient__c.Locker__c";
export default class Visit extends LightningElement {
  @wire(getRecord, { recordId: "$recordId", fields: [SSN] })
  wired({ error, data }) {
    if (error) {
      console.error(error);
    } else if (data) {
      this.number = data.fields.SSN__c.value;
      console.log(this.number);
    }
  }
}
