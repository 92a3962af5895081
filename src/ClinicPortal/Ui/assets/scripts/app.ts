import "./turbo";
import "./fluent";
import "./theme";
import "./fields";
