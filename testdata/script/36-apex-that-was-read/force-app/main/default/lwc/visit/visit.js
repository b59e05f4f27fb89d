import { LightningElement, wire, api } from "lwc";
import getPatient from "@salesforce/apex/PatientController.getPatient";
import getNames from "@salesforce/apex/PatientController.getNames";
export default class Visit extends LightningElement {
  @wire(getPatient, { id: "$recordId" }) patient;
  async keep() {
    localStorage.setItem("patient", JSON.stringify(this.patient.data));
    localStorage.setItem("nick", this.patient.data.Locker__c);
    console.log(await getNames());
  }
}
