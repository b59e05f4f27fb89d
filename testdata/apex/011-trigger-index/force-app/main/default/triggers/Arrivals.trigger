trigger Arrivals on Patient__c (after update) {
    System.debug(Trigger.new[0].SSN__c);
    Patient__c before = (Patient__c) Trigger.oldMap.get(Trigger.new[0].Id);
    System.debug(before.Diagnosis__c);
}
