import { LightningElement, wire, api } from "lwc";
import getPatients from "@salesforce/apex/PatientController.getPatients";
export default class Visit extends LightningElement {
  load() {
    getPatients()
      .then((rows) => rows.map((row) => ({ ...row, label: row.Name })))
      .then((rows) => {
        this.rows = rows;
        localStorage.rows = JSON.stringify(this.rows);
      })
      .catch((error) => console.error(error));
  }
}
