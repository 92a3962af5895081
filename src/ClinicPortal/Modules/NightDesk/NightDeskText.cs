namespace ClinicPortal.Modules.NightDesk;

/// <summary>Names the resource with this module's words.</summary>
public sealed class NightDeskText;
