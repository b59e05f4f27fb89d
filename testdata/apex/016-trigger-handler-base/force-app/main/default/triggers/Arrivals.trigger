trigger Arrivals on Patient__c (before update) {
    new ArrivalHandler().run();
}
