namespace ClinicPortal.FluentUI;

public enum ButtonAppearance { Default, Primary, Outline, Subtle, Transparent }

public enum ButtonSize { Small, Medium, Large }

public enum ButtonType { Button, Submit, Reset }

public enum TextInputType { Text, Email, Password, Tel, Url, Search, Number, Date, Time, Month }

public enum TextInputMode { Text, Tel, Email, Url, Numeric, Decimal, Search, None }

public enum TextInputSize { Small, Medium, Large }

public enum MessageState { Error, Success, Warning, Info }

public enum MessageIntent { Info, Success, Warning, Error }

public enum BadgeAppearance { Filled, Ghost, Outline, Tint }

public enum BadgeColor { Brand, Danger, Important, Informative, Severe, Subtle, Success, Warning }

public enum BadgeShape { Circular, Rounded }

public enum IconSize { Size12 = 12, Size16 = 16, Size20 = 20, Size24 = 24, Size32 = 32, Size48 = 48 }

public enum Orientation { Horizontal, Vertical }

public enum SpinnerSize { Small, Medium, Large }

public enum Align { Start, Center, End }
