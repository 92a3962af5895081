namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>Words of the platform operator's pages.</summary>
public sealed class SettingsText;
