import { LightningElement, wire, api } from "lwc";
import { gql, graphql } from "lightning/uiGraphQLApi";
export default class Visit extends LightningElement {
  @wire(graphql, { query: gql`query { uiapi { query { Patient__c { edges { node { SSN__c { value } } } } } } }` })
  found({ data }) {
    localStorage.setItem("all", JSON.stringify(data.uiapi.query.Patient__c.edges));
  }
}
