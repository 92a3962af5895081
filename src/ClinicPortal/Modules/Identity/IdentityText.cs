namespace ClinicPortal.Modules.Identity;

/// <summary>Names the module's resource.</summary>
public sealed class IdentityText;
