using ClinicPortal.FluentUI;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Ui.Layout;

/// <summary>A screen for who manages an organisation, in the person's menu: opened now and then, not a place to work in.</summary>
/// <param name="Order">Position from the top.</param>
public sealed record AdministrationItem(int Order, string Path, Icon Icon, Func<string> Label, Func<CurrentUser, PortalHost, bool> IsFor);
