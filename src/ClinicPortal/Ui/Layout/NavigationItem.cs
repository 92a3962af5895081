using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Ui.Layout;

/// <summary>A main screen in the top bar. Modules register theirs; the layout shows those that are for the person on this host.</summary>
/// <param name="Order">Position from the left.</param>
public sealed record NavigationItem(int Order, string Path, Func<string> Label, Func<CurrentUser, PortalHost, bool> IsFor);
