namespace ClinicPortal.FluentUI;

/// <summary>An icon by its name in the sprite.</summary>
public sealed record Icon(string Name);

/// <summary>The icons that the sprite draws, as Fluent UI System Icons names them (regular, 20 px).</summary>
public static class Icons
{
    public static Icon Add { get; } = new("add");

    public static Icon Alert { get; } = new("alert");

    public static Icon AlertUrgent { get; } = new("alert-urgent");

    public static Icon ArrowLeft { get; } = new("arrow-left");

    public static Icon ArrowRight { get; } = new("arrow-right");

    public static Icon ArrowSync { get; } = new("arrow-sync");

    public static Icon ArrowUndo { get; } = new("arrow-undo");

    public static Icon Bed { get; } = new("bed");

    public static Icon Blur { get; } = new("blur");

    public static Icon Building { get; } = new("building");

    public static Icon BuildingBank { get; } = new("building-bank");

    public static Icon Calendar { get; } = new("calendar-ltr");

    public static Icon Call { get; } = new("call");

    public static Icon CallAdd { get; } = new("call-add");

    public static Icon Camera { get; } = new("camera");

    public static Icon CameraSwitch { get; } = new("camera-switch");

    public static Icon Chat { get; } = new("chat");

    public static Icon Checkmark { get; } = new("checkmark");

    public static Icon CheckmarkCircle { get; } = new("checkmark-circle");

    public static Icon ChevronDown { get; } = new("chevron-down");

    public static Icon ChevronLeft { get; } = new("chevron-left");

    public static Icon ChevronRight { get; } = new("chevron-right");

    public static Icon Clock { get; } = new("clock");

    public static Icon DarkTheme { get; } = new("dark-theme");

    public static Icon Delete { get; } = new("delete");

    public static Icon Dismiss { get; } = new("dismiss");

    public static Icon Document { get; } = new("document");

    public static Icon DocumentText { get; } = new("document-text");

    public static Icon Edit { get; } = new("edit");

    public static Icon ErrorCircle { get; } = new("error-circle");

    public static Icon Eye { get; } = new("eye");

    public static Icon Filter { get; } = new("filter");

    public static Icon HeartPulse { get; } = new("heart-pulse");

    public static Icon History { get; } = new("history");

    public static Icon Home { get; } = new("home");

    public static Icon Info { get; } = new("info");

    public static Icon Key { get; } = new("key");

    public static Icon LocalLanguage { get; } = new("local-language");

    public static Icon Location { get; } = new("location");

    public static Icon LockClosed { get; } = new("lock-closed");

    public static Icon Mail { get; } = new("mail");

    public static Icon MailUnread { get; } = new("mail-unread");

    public static Icon Map { get; } = new("map");

    public static Icon MicOff { get; } = new("mic-off");

    public static Icon MoreHorizontal { get; } = new("more-horizontal");

    public static Icon Navigation { get; } = new("navigation");

    public static Icon Note { get; } = new("note");

    public static Icon Open { get; } = new("open");

    public static Icon People { get; } = new("people");

    public static Icon Person { get; } = new("person");

    public static Icon Phone { get; } = new("phone");

    public static Icon Pill { get; } = new("pill");

    public static Icon Print { get; } = new("print");

    public static Icon Receipt { get; } = new("receipt");

    public static Icon Search { get; } = new("search");

    public static Icon Send { get; } = new("send");

    public static Icon Settings { get; } = new("settings");

    public static Icon Shield { get; } = new("shield");

    public static Icon SignOut { get; } = new("sign-out");

    public static Icon Star { get; } = new("star");

    public static Icon Stethoscope { get; } = new("stethoscope");

    public static Icon Table { get; } = new("table");

    public static Icon VehicleCar { get; } = new("vehicle-car");

    public static Icon Video { get; } = new("video");

    public static Icon Warning { get; } = new("warning");

    public static Icon WeatherMoon { get; } = new("weather-moon");

    public static Icon WeatherSunny { get; } = new("weather-sunny");

    public static Icon WifiOff { get; } = new("wifi-off");
}
