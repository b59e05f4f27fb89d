trigger Arrivals on Patient__c (after insert) {
    System.debug(Trigger.new);
}
