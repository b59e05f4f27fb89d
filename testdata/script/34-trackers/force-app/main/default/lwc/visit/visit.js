const URL = "https://cdn.segment.com/a.js";
