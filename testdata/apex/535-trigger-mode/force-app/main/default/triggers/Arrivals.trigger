trigger Arrivals on Patient__c (after insert) {
    List<Encounter__c> visits = [SELECT Id, Notes__c FROM Encounter__c];
}
