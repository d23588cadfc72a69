/** The op table, run once more where there is no Node. */
import "./op-table.test.js";
