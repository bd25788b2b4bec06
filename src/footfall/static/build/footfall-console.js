// Generated from recorder-js/ by build.mjs. Do not edit.
var o="efa34564";function r(t){return()=>{}}export{o as build,r as install};
